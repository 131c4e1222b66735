//! One integration binary.

<<<<<<< HEAD
mod yaml;
=======
mod schema;
>>>>>>> schema
