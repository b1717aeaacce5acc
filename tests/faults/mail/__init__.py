"""What becomes of mails when everything around them fails: `./qonaq faults mail`."""
