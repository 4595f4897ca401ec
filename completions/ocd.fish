# SPDX-License-Identifier: MIT
# Completion of ocd in fish. The tool itself knows what fits.

function __ocd_complete
    set -l line (commandline -cp)
    set -l program (string split -m 1 ' ' -- $line)[1]
    set -l answers ($program complete --line "$line" 2>/dev/null)
    string match -v -- ':*' $answers
    if contains -- :files $answers
        __fish_complete_path (commandline -ct)
    end
end
complete -c ocd -f -a '(__ocd_complete)'
