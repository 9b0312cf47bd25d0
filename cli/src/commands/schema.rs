//! `gkc schema`

use super::{pretty, print};
use crate::exit::{Failure, Status};

pub fn run() -> Result<Status, Failure> {
    print(&pretty(&gkc_core::model::json_schema()))?;
    Ok(Status::Clean)
}
