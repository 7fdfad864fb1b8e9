pages = ([], "x")
machine_formats = []
