//! Rules on what a workspace gets, whatever platform starts it.

pub mod limit_below_request;
pub mod quantity_format;
pub mod request_exceeds_machine;
