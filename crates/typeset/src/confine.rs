//! What the worker takes from itself before it reads a byte: memory, processor time, files, core
//! dumps, and on Linux the system calls that reach files, the network and other programs. It
//! cannot be undone from inside; wall time is the parent's to watch.

use std::io;

/// Address space of the worker, bytes.
pub(crate) const MEMORY_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Processor seconds of one render.
pub(crate) const CPU_SECONDS_MAX: u64 = 10;

/// Sets the limits that hold for the worker's whole life.
pub(crate) fn confine() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let fixed = |most| Rlimit { current: Some(most), maximum: Some(most) };
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    setrlimit(Resource::As, fixed(MEMORY_BYTES_MAX))?;
    setrlimit(Resource::Core, fixed(0))?;
    setrlimit(Resource::Fsize, fixed(0))?;
    setrlimit(Resource::Nofile, fixed(16))?;
    #[cfg(target_os = "linux")]
    system_calls::deny()?;
    Ok(())
}

/// Gives the next render its processor time, counted from what the process has used.
pub(crate) fn allow_one_render() -> io::Result<()> {
    use rustix::{
        process::{Resource, Rlimit, getrlimit, setrlimit},
        time::{ClockId, clock_gettime},
    };
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = used + 1 + CPU_SECONDS_MAX;
    let current = Some(maximum.map_or(current, |maximum| current.min(maximum)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}

#[cfg(target_os = "linux")]
mod system_calls {
    use std::{collections::BTreeMap, io};

    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter_all_threads};

    /// Refused with EPERM: opening any file, every way to a network, starting or touching another
    /// process. Threads, memory and the open pipes stay.
    const DENIED: &[i64] = &[
        libc::SYS_accept4,
        libc::SYS_bind,
        libc::SYS_bpf,
        libc::SYS_chdir,
        libc::SYS_connect,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_io_uring_setup,
        libc::SYS_kill,
        libc::SYS_linkat,
        libc::SYS_listen,
        libc::SYS_memfd_create,
        libc::SYS_mkdirat,
        libc::SYS_mount,
        libc::SYS_name_to_handle_at,
        libc::SYS_open_by_handle_at,
        libc::SYS_openat,
        libc::SYS_openat2,
        libc::SYS_perf_event_open,
        libc::SYS_pidfd_open,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_ptrace,
        libc::SYS_renameat2,
        libc::SYS_setns,
        libc::SYS_shmget,
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_symlinkat,
        libc::SYS_unlinkat,
        libc::SYS_unshare,
    ];

    /// The older forms, which only x86-64 still has.
    #[cfg(target_arch = "x86_64")]
    const DENIED_OLD: &[i64] = &[
        libc::SYS_accept,
        libc::SYS_creat,
        libc::SYS_fork,
        libc::SYS_link,
        libc::SYS_mkdir,
        libc::SYS_open,
        libc::SYS_rename,
        libc::SYS_symlink,
        libc::SYS_unlink,
        libc::SYS_vfork,
    ];
    #[cfg(not(target_arch = "x86_64"))]
    const DENIED_OLD: &[i64] = &[];

    /// Puts the filter on this thread and all that it starts. On a processor for which there is
    /// no filter the other limits still hold.
    pub(super) fn deny() -> io::Result<()> {
        let Ok(machine) = TargetArch::try_from(std::env::consts::ARCH) else {
            return Ok(());
        };
        let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
            DENIED.iter().chain(DENIED_OLD).map(|&call| (call, Vec::new())).collect();
        let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, machine).map_err(io::Error::other)?;
        let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
        apply_filter_all_threads(&program).map_err(io::Error::other)
    }
}
