"""What each lever of the reform adds."""
