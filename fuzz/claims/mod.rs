//! What holds for any text: a file per claim. Fuzz targets look for a text that shows otherwise, and the tests of the core repeat the claims
//! with what is kept in `seeds`.

pub mod check;
pub mod compile;
pub mod doctor;
pub mod evaluate;
pub mod fix;
pub mod hujson;
pub mod merge;
pub mod parse;
pub mod policy;
