package io.dsxconnect.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The allowed dependencies between the packages of the core. */
@AnalyzeClasses(
    packages = "io.dsxconnect.core",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String CORE = "io.dsxconnect.core.";

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("io.dsxconnect.core.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule stages_use_the_queue_and_not_redis =
      noClasses()
          .that()
          .haveNameMatching(".*Stage")
          .and()
          .resideOutsideOfPackage(CORE + "queue")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORE + "redis", "io.lettuce..");

  @ArchTest
  static final ArchRule stages_depend_on_each_other_only_by_their_messages =
      noClasses()
          .that()
          .resideInAnyPackage(CORE + "scan", CORE + "action", CORE + "result", CORE + "notify")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(".*(ScanStage|ActionStage|ResultStage|NotifyStage)(\\$.*)?")
          .because("tasks go from stage to stage through a queue")
          .as("stages do not call stages");

  @ArchTest
  static final ArchRule stages_know_scanners_by_the_port_only =
      noClasses()
          .that()
          .resideInAnyPackage(CORE + "scan", CORE + "action", CORE + "result", CORE + "notify")
          .should()
          .dependOnClassesThat()
          .haveSimpleName("DsxaScanner");

  @ArchTest
  static final ArchRule stores_do_not_know_stages_or_the_api =
      noClasses()
          .that()
          .resideInAnyPackage(CORE + "redis", CORE + "job", CORE + "record", CORE + "event")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CORE + "scan",
              CORE + "action",
              CORE + "result",
              CORE + "notify",
              CORE + "stage",
              CORE + "api");

  @ArchTest
  static final ArchRule the_api_never_calls_a_stage =
      noClasses()
          .that()
          .resideInAPackage(CORE + "api")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CORE + "scan", CORE + "action", CORE + "result", CORE + "notify", CORE + "stage");

  @ArchTest
  static final ArchRule nothing_below_the_api_serves_http =
      noClasses()
          .that()
          .resideOutsideOfPackage(CORE + "api")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.helidon.webserver..", CORE + "api");

  @ArchTest
  static final ArchRule only_packages_that_keep_state_use_the_driver =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              CORE + "redis",
              CORE + "runtime",
              CORE + "queue",
              CORE + "job",
              CORE + "record",
              CORE + "event",
              CORE + "connector",
              CORE + "siem",
              CORE + "attention",
              CORE + "api")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.lettuce..");

  @ArchTest
  static final ArchRule keys_are_named_in_one_place =
      classes().that().haveSimpleName("Keys").should().resideInAPackage(CORE + "redis");

  @ArchTest
  static final ArchRule time_comes_from_outside =
      noClasses()
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID");

  /** A step of a worker's clock, by an hour either way, must cost no lease and delay no retry. */
  @ArchTest
  static final ArchRule bug_m2_queues_went_by_the_wall_clock_of_their_machine =
      noClasses()
          .that()
          .resideInAnyPackage(CORE + "queue..", CORE + "redis..", CORE + "scan..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.time.InstantSource.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.time.Instant.class);
}
