//! Rules on what would be written.
