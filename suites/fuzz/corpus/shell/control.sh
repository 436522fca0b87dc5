f() { local a=1; return 2; }; f || case $x in a|b*) c;; [!d]) e;& *) g;;& esac
if ! [[ $a =~ ^(b|c)+$ && -n $d || ( $e == f* ) ]]; then while read -r l; do break; done < <(x); else until ((i++>2)); do continue; done; fi
( a; b ) | { c; } |& d & wait; select q in 1 2; do r; done; trap 'z $?' EXIT ERR; eval "a; b"; exit 3
