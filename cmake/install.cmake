# SPDX-License-Identifier: MIT
# What `cmake --install` puts where. Everything finds its neighbours by relative paths, so that the
# installed tree may be moved.

include(CMakePackageConfigHelpers)

install(FILES include/ocd.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS ocd_shared ocd_static EXPORT libocdTargets)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/libocd)
install(EXPORT libocdTargets NAMESPACE libocd:: DESTINATION ${package_dir})
set(elf_dir ${CMAKE_INSTALL_DATADIR}/libocd)
configure_package_config_file(cmake/libocdConfig.cmake.in libocdConfig.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS elf_dir)
# As the library's name: src/CMakeLists.txt.
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file(libocdConfigVersion.cmake COMPATIBILITY ${compatibility})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/libocdConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/libocdConfigVersion.cmake
        DESTINATION ${package_dir})

set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
  set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  set(pc_elfdir ${CMAKE_INSTALL_FULL_DATADIR}/libocd)
else()
  file(RELATIVE_PATH to_prefix /prefix/${pc_dir} /prefix)
  string(REGEX REPLACE "/$" "" to_prefix ${to_prefix})
  set(pc_prefix "\${pcfiledir}/${to_prefix}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
  set(pc_elfdir "\${prefix}/${CMAKE_INSTALL_DATADIR}/libocd")
endif()
# Not as Requires.private: that would make pkg-config ask users of the shared library for libelf's
# headers.
set(libelf_libs)
if(OCD_ELF)
  list(REMOVE_DUPLICATES libelf_STATIC_LDFLAGS)
  list(JOIN libelf_STATIC_LDFLAGS " " libelf_libs)
  string(APPEND libelf_libs " -lm")
endif()
configure_file(cmake/libocd.pc.in libocd.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/libocd.pc DESTINATION ${pc_dir})

# The tool, and the simulator for other projects' tests: the component ocdsim of the package.
if(OCD_BUILD_TOOL)
  get_target_property(elf_files ocdsim OCD_ELF_FILES)
  install(TARGETS ocd_tool)
  install(FILES completions/ocd.bash RENAME ocd
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES completions/_ocd DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES completions/ocd.fish
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  install(TARGETS ocdsim EXPORT libocdsimTargets)
  install(FILES include/ocdsim.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(FILES ${elf_files} DESTINATION ${elf_dir})
  install(EXPORT libocdsimTargets NAMESPACE libocd:: DESTINATION ${package_dir})
  configure_file(cmake/ocdsim.pc.in ocdsim.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ocdsim.pc DESTINATION ${pc_dir})
endif()
