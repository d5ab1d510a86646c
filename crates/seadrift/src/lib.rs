//! seadrift
