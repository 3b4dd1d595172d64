"""The packages of a site: requirements, resolution, compilation, snapshots."""
