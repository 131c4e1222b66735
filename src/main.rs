//! The binary: `cli` reads the command line and owns the terminal; the library compiles.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
