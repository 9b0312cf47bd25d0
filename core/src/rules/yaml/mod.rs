//! Rules on how the file is written.
