//! Linting as a whole, on texts.
