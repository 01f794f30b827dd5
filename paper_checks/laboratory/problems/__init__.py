"""Problems that several claims of this package share."""
