module tenon.test/oracle

go 1.20
