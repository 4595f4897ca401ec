# SPDX-License-Identifier: MIT
# Sourced after setup.sh: Debian in a folder of its own, of the package sources of this system.
# shellcheck shell=sh

# host_suite: the name of this system's release, such as bookworm.
host_suite() (
    . /etc/os-release
    echo "$VERSION_CODENAME"
)

# apt_sources SUITE [PATTERN]: sources.list for SUITE, of this system's apt sources for its own
# release, whose names match PATTERN (all of them: the release, its updates and security).
apt_sources() {
    own=$(host_suite)
    apt-get indextargets --format '$(CREATED_BY) $(REPO_URI) $(RELEASE) $(COMPONENT)' |
        sed -n "s/^Packages \([^ ]*\) $own\(-[a-z]*\)\{0,1\} \([^ ]*\)$/deb \1 $1\2 \3/p" |
        grep -E "${2:-.}" | sort -u
}
