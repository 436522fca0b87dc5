cat <<A <<-"B"
x $y
A
	z
	B
read a b <<< "$c"; printf "%s %05d %q\n" a 3 "b c"; getopts ab: o -a; mapfile -t l < f
coproc x; unset a[1]; export Q=$(r); test 1 -lt 2 -a "(" = ")"
