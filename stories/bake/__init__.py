"""Static export of the site. Every file is a response of the site itself."""
