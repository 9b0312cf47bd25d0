//! Rules on the domain.
