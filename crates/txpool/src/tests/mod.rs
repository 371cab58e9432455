mod behaviour;
mod blobs;
mod fairness;
mod fixture;
mod free;
mod model;
mod permissions;
mod validation;
