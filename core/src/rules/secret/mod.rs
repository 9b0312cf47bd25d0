//! Rules on secrets.
