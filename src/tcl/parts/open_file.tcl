# SPDX-License-Identifier: MIT
# Opens a file $f, whose path for OpenOCD is $q. On Linux it has no name from here on, so that
# nothing is left when a process is killed; elsewhere its name is $p until parts/close_file. The
# memory file system comes first, then the server's directory for temporary files.
if {[catch {file tempfile /dev/shm/ocdXXXXXX} p]} {
    set p [file tempfile]
}
set f [open $p w+]
set q $p
if {![catch {$f getfd} fd] && [file exists /proc/self/fd/$fd]} {
    file delete $p
    set p {}
    set q /proc/self/fd/$fd
}
