"""What comes in from elsewhere: a file is read into rows and problems before anything is written."""
