//! The binary that Lambda starts.

use my_app::main;
