# SPDX-License-Identifier: MIT
# The commit that is built, for `ocd --version`: of a tarball of `git archive`, which fills in
# cmake/commit.txt; otherwise of the repository, at the time of the configuration. Empty: not known.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/commit.txt ocd_commit REGEX "^[0-9a-f]+$")
if(NOT ocd_commit AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  find_package(Git QUIET)
  if(Git_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
                    OUTPUT_VARIABLE ocd_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    # A new commit configures anew.
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} rev-parse
                            --path-format=absolute --git-path logs/HEAD
                    OUTPUT_VARIABLE git_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(git_log AND EXISTS ${git_log})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${git_log})
    endif()
  endif()
endif()
string(SUBSTRING "${ocd_commit}" 0 12 ocd_commit)
