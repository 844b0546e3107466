//! The render worker alone, so that this crate's tests can run it as a real process. It does what
//! `holdfast render-worker` does and nothing else.

fn main() -> std::process::ExitCode {
    holdfast_typeset::worker::run()
}
