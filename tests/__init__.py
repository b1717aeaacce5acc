"""Tests, in the same folders as the code they tell about."""
