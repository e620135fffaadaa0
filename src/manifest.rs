//! ELF to manifest.
