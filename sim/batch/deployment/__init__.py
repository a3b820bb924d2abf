"""Who is on when and where: rosters searched by simulation, and beats drawn anew."""
