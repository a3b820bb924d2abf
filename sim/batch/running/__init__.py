"""How planned runs are carried out: one, many in processes, a shard, a cluster."""
