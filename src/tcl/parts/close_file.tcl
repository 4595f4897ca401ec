# SPDX-License-Identifier: MIT
# Closes the file of parts/open_file, which may have failed.
catch {$f close}
if {$p ne {}} {
    catch {file delete $p}
}
