# cmake --install: the libraries, the public headers, the tool, and what find_package and pkg-config read.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_property(public_headers GLOBAL PROPERTY muster_public_headers)
foreach(header ${public_headers})
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/muster/${folder})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/include/muster/version.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/muster)

install(TARGETS muster_domain muster_eventstore muster_projections muster_engine muster_muster
        EXPORT muster-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS muster RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/muster)
install(EXPORT muster-targets NAMESPACE muster:: DESTINATION ${package_folder})
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/muster-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/muster-config.cmake ${PROJECT_BINARY_DIR}/muster-config-version.cmake
        DESTINATION ${package_folder})

# The pkg-config file finds the prefix from where it lies itself, so an installed tree may be moved.
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/muster.pc.in ${PROJECT_BINARY_DIR}/muster.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/muster.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
