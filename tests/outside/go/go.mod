module outside.example/server

go 1.22
