//! brackets
