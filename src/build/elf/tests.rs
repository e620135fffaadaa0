use super::fixture::{Fixture, Version};
use super::*;

const BOTH: [Architecture; 2] = [Architecture::X86_64, Architecture::Arm64];

/// What a user reads: the message, the cause, the hint.
fn refused(bytes: &[u8], architecture: Architecture) -> String {
    let error = crate::error::Error::from(check(bytes, Path::new("bootstrap"), architecture).unwrap_err());
    let mut lines = vec![error.to_string()];
    lines.extend(error.causes().into_iter().map(|cause| format!("cause: {cause}")));
    lines.push(format!("hint: {}", error.hint().unwrap()));
    lines.join(
        "
",
    )
}

fn x86_64() -> Fixture {
    Fixture::program(Architecture::X86_64)
}

fn needing(versions: &[(&'static str, &'static str)]) -> Fixture {
    let version = |&(name, symbol)| Version { name, symbol, is_weak: false };
    Fixture { versions: versions.iter().map(version).collect(), ..x86_64() }
}

#[test]
fn what_cargo_makes_on_an_old_enough_system_is_accepted() {
    for architecture in BOTH {
        let bytes = Fixture::program(architecture).bytes();
        check(&bytes, Path::new("bootstrap"), architecture).unwrap();
    }
}

#[test]
fn the_crafted_file_says_what_it_is_meant_to_say() {
    let bytes = x86_64().bytes();
    let needs = Needs::read(&bytes).unwrap();
    assert_eq!(needs.machine, elf::EM_X86_64);
    assert_eq!(needs.loader.as_deref(), Some("/lib64/ld-linux-x86-64.so.2"));
    assert_eq!(needs.libraries, ["libgcc_s.so.1", "libc.so.6"]);
    let versions: Vec<_> = needs.versions.iter().map(|it| (it.name.as_str(), it.symbol.as_deref())).collect();
    assert_eq!(
        versions,
        [("GLIBC_2.34", Some("__libc_start_main")), ("GLIBC_2.3.4", Some("__xpg_basename"))]
    );
}

#[test]
fn a_static_program_is_accepted() {
    let fixture = Fixture { loader: None, libraries: vec![], versions: vec![], ..x86_64() };
    for file_type in [2, 3] {
        let bytes = Fixture { file_type, ..fixture.clone() }.bytes();
        check(&bytes, Path::new("bootstrap"), Architecture::X86_64).unwrap();
    }
}

#[test]
fn another_architecture_is_refused_with_the_line_to_set() {
    assert_eq!(
        refused(&x86_64().bytes(), Architecture::Arm64),
        "`bootstrap` is for x86_64, but the stage's functions run on aarch64\n\
         hint: set \"lambda_architecture\": \"x86_64\" in .chalice/config.json, or build it for the other architecture"
    );
    let arm = Fixture::program(Architecture::Arm64).bytes();
    assert_eq!(
        refused(&arm, Architecture::X86_64),
        "`bootstrap` is for aarch64, but the stage's functions run on x86_64\n\
         hint: set \"lambda_architecture\": \"arm64\" in .chalice/config.json, or build it for the other architecture"
    );
    let risc_v = Fixture { machine: 243, ..x86_64() }.bytes();
    assert_eq!(
        refused(&risc_v, Architecture::X86_64),
        "`bootstrap` is for RISC-V, but the stage's functions run on x86_64\n\
         hint: build it for the architecture that config.json names"
    );
}

#[test]
fn a_newer_glibc_is_refused_with_the_symbol_that_needs_it() {
    let fixture = needing(&[
        ("GLIBC_2.35", "_dl_find_object"),
        ("GLIBC_2.38", "__isoc23_strtol"),
        ("GLIBC_2.9", "pipe2"),
    ]);
    assert_eq!(
        refused(&fixture.bytes(), Architecture::X86_64),
        "`bootstrap` needs GLIBC_2.38, but provided.al2023 has 2.34\n\
         cause: it was linked on a newer system (symbol `__isoc23_strtol`)\n\
         hint: build it on Amazon Linux 2023 or another system with glibc 2.34 or older, and deploy it with \
         `--bootstrap FILE`"
    );
}

#[test]
fn a_weak_need_of_a_newer_glibc_is_tolerated_as_the_loader_does() {
    let weak = Version { name: "GLIBC_2.38", symbol: "gnu_get_libc_version", is_weak: true };
    let bytes = Fixture { versions: vec![weak], ..x86_64() }.bytes();
    check(&bytes, Path::new("bootstrap"), Architecture::X86_64).unwrap();
}

#[test]
fn a_mark_of_a_newer_loader_counts_as_a_newer_glibc() {
    let bytes = needing(&[("GLIBC_2.38", "strlcpy"), ("GLIBC_ABI_DT_RELR", "unnamed")]).bytes();
    let error = check(&bytes, Path::new("bootstrap"), Architecture::X86_64).unwrap_err();
    assert_eq!(error.to_string(), "`bootstrap` needs GLIBC_ABI_DT_RELR, but provided.al2023 has 2.34");
}

#[test]
fn the_libraries_of_gcc_are_held_to_their_own_versions() {
    for enough in ["GCC_4.2.0", "GLIBCXX_3.4.29", "CXXABI_1.3", "GLIBC_PRIVATE", "OPENSSL_9.0"] {
        check(&needing(&[(enough, "f")]).bytes(), Path::new("bootstrap"), Architecture::X86_64).unwrap();
    }
    let bytes = needing(&[("GLIBCXX_3.4.30", "f")]).bytes();
    let error = check(&bytes, Path::new("bootstrap"), Architecture::X86_64).unwrap_err();
    assert_eq!(error.to_string(), "`bootstrap` needs GLIBCXX_3.4.30, but provided.al2023 has 3.4.29");
}

#[test]
fn libraries_that_lambda_lacks_are_named() {
    let fixture = Fixture { libraries: vec!["libpq.so.5", "libc.so.6", "libssl.so.3"], ..x86_64() };
    assert_eq!(
        refused(&fixture.bytes(), Architecture::X86_64),
        "`bootstrap` needs `libpq.so.5` and `libssl.so.3`, which provided.al2023 does not have\n\
         hint: link it statically: look for a feature such as `vendored`, `bundled` or `rustls` of the crate that \
         uses it"
    );
}

#[test]
fn a_loader_of_another_system_is_refused() {
    let nix = Fixture { loader: Some("/nix/store/x-glibc/lib/ld-linux-x86-64.so.2"), ..x86_64() };
    assert_eq!(
        refused(&nix.bytes(), Architecture::X86_64),
        "`bootstrap` asks for the loader `/nix/store/x-glibc/lib/ld-linux-x86-64.so.2`, but provided.al2023 has \
         `/lib64/ld-linux-x86-64.so.2`\n\
         hint: build it outside of Nix or a private toolchain, or set its loader with `patchelf --set-interpreter`"
    );
    let musl = Fixture { loader: Some("/lib/ld-musl-x86_64.so.1"), ..x86_64() };
    assert_eq!(
        refused(&musl.bytes(), Architecture::X86_64),
        "`bootstrap` asks for the loader `/lib/ld-musl-x86_64.so.1`, but provided.al2023 has \
         `/lib64/ld-linux-x86-64.so.2`\n\
         hint: link it statically with `-C target-feature=+crt-static`, or build it for a `-linux-gnu` target"
    );
}

#[test]
fn a_library_or_an_object_file_is_refused() {
    for fixture in [Fixture { entry: 0, loader: None, ..x86_64() }, Fixture { file_type: 1, ..x86_64() }] {
        assert_eq!(
            refused(&fixture.bytes(), Architecture::X86_64),
            "`bootstrap` is a library or an object file, not a program\n\
             hint: give the binary that `cargo build --release` made of the package's `[[bin]]`"
        );
    }
}

#[test]
fn what_is_no_program_for_linux_is_called_by_its_name() {
    let build = "build the application for `x86_64-unknown-linux-gnu` or `aarch64-unknown-linux-gnu`";
    let cases: [(&[u8], &str, &str); 9] = [
        (b"", "is empty", "build it again"),
        (b"#!/bin/sh\n", "is a script, not a program for Linux", build),
        (b"\xcf\xfa\xed\xfe\x0c\0\0\x01", "is a macOS program, not a program for Linux", build),
        (b"\xca\xfe\xba\xbe\0\0\0\x02", "is a macOS program, not a program for Linux", build),
        (b"MZ\x90\0", "is a Windows program, not a program for Linux", build),
        (
            b"PK\x03\x04",
            "is a zip archive, not a program for Linux",
            "give the program itself: rchalice makes the zip",
        ),
        (b"\0asm", "is a WebAssembly module, not a program for Linux", build),
        (b"[package]", "is not a program for Linux", build),
        (b"\x7fELF\x01", "is a 32-bit program, but Lambda runs 64-bit ones", build),
    ];
    for (bytes, message, hint) in cases {
        let expected = format!("`bootstrap` {message}\nhint: {hint}");
        assert_eq!(refused(bytes, Architecture::X86_64), expected);
    }
}

#[test]
fn a_file_that_was_cut_anywhere_is_never_a_panic() {
    let whole = x86_64().bytes();
    for length in 0..whole.len() {
        let _ = check(&whole[..length], Path::new("bootstrap"), Architecture::X86_64);
    }
    let message = refused(&whole[..whole.len() / 2], Architecture::X86_64);
    assert!(message.starts_with("`bootstrap` is damaged: "), "{message}");
}

#[test]
fn what_lambda_could_not_unpack_is_refused() {
    let bytes = vec![0; UNZIPPED_LIMIT + 1];
    assert_eq!(
        refused(&bytes, Architecture::X86_64),
        "`bootstrap` has 251 MB, but Lambda takes at most 250 MB\n\
         hint: remove what the binary embeds (`include_bytes!`) and its debug information (`strip = true` in the \
         profile)"
    );
}

#[test]
fn the_test_program_itself_is_read() {
    let path = std::env::current_exe().unwrap();
    let needs = Needs::read(&std::fs::read(path).unwrap()).unwrap();
    assert!(needs.libraries.iter().any(|library| library == "libc.so.6"));
    assert!(needs.versions.iter().all(|version| version.symbol.is_some()));
}
