//! Rules on operating systems and SSH.
