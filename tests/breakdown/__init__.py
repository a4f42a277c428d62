"""What a run leaves in the folder of its reports when the machine breaks: killed at any moment, or on a full disk."""
