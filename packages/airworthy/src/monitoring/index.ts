export { acknowledgeAlert } from './alerts/acknowledge-alert.ts';
export { addMaintenance } from './alerts/add-maintenance.ts';
export { getAlert } from './alerts/get-alert.ts';
export { listAlerts } from './alerts/list-alerts.ts';
export { compareTable } from './compare-table.ts';
export { createMonitor, type Monitor } from './create-monitor.ts';
export { eraseNames, type NamesToErase } from './erase-names.ts';
export { forgetFailures } from './forget-failures.ts';
export { createNotifier, type Notifier } from './notify/create-notifier.ts';
export { checkLiveness } from './policy/check-liveness.ts';
export { type LabelStateQuery, readLabelStates } from './read-label-states.ts';
export { readMaturedTo } from './read-matured-to.ts';
export { type PeriodQuery, readPeriod } from './read-period.ts';
export { type ReportQuery, readReports } from './read-reports.ts';
export { ColumnPeriod, LabelState, PeriodReport, Place, SeriesPoint } from './read-schema.ts';
export { readSeries, type SeriesQuery } from './read-series.ts';
export { type OutcomeChange, recordOutcomes } from './record-outcomes.ts';
export { readReference, readVersionReference, type VersionReference } from './reference.ts';
export {
  AcknowledgeAlert,
  AddMaintenance,
  Alert,
  AlertDetails,
  AlertKind,
  Channel,
  ColumnDrift,
  ListAlerts,
  Maintenance,
  MonitoringConfig,
  PerformanceGate,
  Tier,
  Width,
  WindowMetric,
  WindowReport,
} from './schema.ts';
