//! The child process in which templates are compiled. It limits itself, then answers requests from
//! its standard input one after another until that is closed. It opens no file and no connection,
//! and trusts nothing that it is sent.
//!
//! Limits: 512 MiB of address space, 10 s of processor time a render, no file opened or written,
//! no core dump; 2,000 pages, 100 MiB of output, 16 MiB of input; 10 s of wall time, kept by the
//! parent. On Linux a system-call filter refuses files, network and other programs.

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

use holdfast_report::{
    RenderError,
    protocol::{INPUT_BYTES_MAX, RenderReply, RenderRequest, read_part, write_part},
};

use crate::{
    compile::{Compiled, Compiler},
    confine::{allow_one_render, confine},
};

/// Confines this process and serves until standard input ends. Call it first thing in `main`,
/// before any thread, log or file: what is open by then stays open.
#[must_use]
pub fn run() -> ExitCode {
    match confine().and_then(|()| serve(&mut io::stdin().lock(), &mut io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("render worker: {error}");
            ExitCode::from(3)
        }
    }
}

fn serve(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let compiler = Compiler::new();
    while let Some(head) = read_part(from, INPUT_BYTES_MAX)? {
        let request: RenderRequest = serde_json::from_slice(&head)?;
        let data = read_part(from, INPUT_BYTES_MAX)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        allow_one_render()?;
        let made = compiler.compile_with_images(&request.template, &data, request.as_of, request.images);
        let (answer, parts) = answer(made);
        write_part(to, &serde_json::to_vec(&answer)?)?;
        parts.iter().try_for_each(|part| write_part(to, part))?;
        to.flush()?;
    }
    Ok(())
}

fn answer(result: Result<Compiled, RenderError>) -> (RenderReply, Vec<Vec<u8>>) {
    let failed = match result {
        Ok(done) => {
            let head = RenderReply::Done { page_count: done.page_count, image_count: done.images.len() };
            return (head, std::iter::once(done.bytes).chain(done.images).collect());
        }
        Err(RenderError::Limit(limit)) => RenderReply::Limit(limit),
        Err(RenderError::Data(message)) => RenderReply::Data(message),
        Err(RenderError::Template(message)) => RenderReply::Template(message),
        Err(other) => RenderReply::Template(other.to_string()),
    };
    (failed, vec![Vec::new()])
}
