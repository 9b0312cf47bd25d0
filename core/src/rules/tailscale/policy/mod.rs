//! Pages of what is reported about policies, in the order of their names.

pub mod a_to_e;
pub mod f_to_s;
pub mod s_to_v;
