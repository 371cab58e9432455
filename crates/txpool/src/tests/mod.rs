mod behaviour;
mod blobs;
mod fairness;
mod fixture;
mod model;
mod permissions;
mod validation;
