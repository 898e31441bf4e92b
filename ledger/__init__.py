"""What the service and the training both stand on: the home folder, the database, principals, and the audit chain."""
