mod behaviour;
mod blobs;
mod fixture;
mod model;
mod validation;
