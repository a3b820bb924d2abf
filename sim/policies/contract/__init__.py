"""What keeps strategies honest: registry, rules, and the suite that every strategy passes."""
