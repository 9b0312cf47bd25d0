//! Rules on the database.
