"""Many runs: in folders, in processes, compared in pairs."""
