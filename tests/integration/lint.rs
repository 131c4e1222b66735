//! `lint` as a program, where a case file would be too long.
