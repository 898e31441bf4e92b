"""The demonstration: from the fixtures' firm to a governed answer, by the commands that anybody would run."""
