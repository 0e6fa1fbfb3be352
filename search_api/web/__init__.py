"""The HTTP face: an application factory, its routes and schemas."""
