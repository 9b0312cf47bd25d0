//! `gkc schema`

use super::print;
use crate::exit::{Failure, Status};

pub fn run() -> Result<Status, Failure> {
    print(&gkc_core::json_schema())?;
    Ok(Status::Clean)
}
