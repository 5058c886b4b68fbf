// Every list of SageMaker filters, sorts and pages as the model says: a table of lists, each with three resources made one after the other.
// The SDK's clients are asked for every List operation, so that one that is served and stands in no row fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as sdk from '@aws-sdk/client-sagemaker';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { client, start, until } from './emulator.mjs';

let emulator, sagemaker;
const ROLE = 'arn:aws:iam::000000000000:role/SageMaker';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const send = (operation, input = {}) => sagemaker.send(new sdk[`${operation}Command`](input));
const make = (operation, name, more = {}) => (named) => send(operation, { [name]: named, ...(typeof more === 'function' ? more(named) : more) });
const state = {}; // what rows below need of one another

const job = {
    AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' }, RoleArn: ROLE, HyperParameters: { num_round: '2' },
    InputDataConfig: [{ ChannelName: 'train', ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://lists/train' } } }],
    OutputDataConfig: { S3OutputPath: 's3://lists/out' }, ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 }, StoppingCondition: { MaxRuntimeInSeconds: 600 },
};
const definition = (text) => JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'Stop', Type: 'Fail', Arguments: { ErrorMessage: text } }] });
const group = { InstanceGroupName: 'g', InstanceType: 'ml.m5.large', InstanceCount: 1, ExecutionRole: ROLE, LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-b/x', OnCreate: 'x.sh' } };
const card = JSON.stringify({ model_overview: {} });
const studio = () => ({ DomainId: state.domain });
const times = { created: ['CreationTimeAfter', 'CreationTimeBefore'] }, createds = { created: ['CreatedAfter', 'CreatedBefore'] };
const modified = ['LastModifiedTimeAfter', 'LastModifiedTimeBefore'];

// The operation behind List; the member that lists; a resource's name there; how one is made. `part`: the filter by name; `created`, `modified`: the bounds; `orders`: what SortBy may
// be beside the name's (`byName`) and the creation's (`byTime`); `status`: [filter, a value that none has]; `within`: what the call needs; `others`: [filter, member, value of the
// second] that leave one; `upper`: SortOrder is written in capitals.
const lists = [
    { list: 'Algorithms', member: 'AlgorithmSummaryList', name: 'AlgorithmName', made: make('CreateAlgorithm', 'AlgorithmName', { TrainingSpecification: { TrainingImage: IMAGE, SupportedTrainingInstanceTypes: ['ml.m5.large'], TrainingChannels: [{ Name: 'train', SupportedContentTypes: ['text/csv'], SupportedInputModes: ['File'] }] } }), part: 'NameContains', ...times },
    { list: 'AppImageConfigs', member: 'AppImageConfigs', name: 'AppImageConfigName', made: make('CreateAppImageConfig', 'AppImageConfigName'), part: 'NameContains', ...times, modified: ['ModifiedTimeAfter', 'ModifiedTimeBefore'], orders: ['LastModifiedTime'] },
    { list: 'Clusters', member: 'ClusterSummaries', name: 'ClusterName', made: make('CreateCluster', 'ClusterName', { InstanceGroups: [group] }), part: 'NameContains', ...times, byName: 'NAME', byTime: 'CREATION_TIME' },
    { list: 'CodeRepositories', member: 'CodeRepositorySummaryList', name: 'CodeRepositoryName', made: make('CreateCodeRepository', 'CodeRepositoryName', { GitConfig: { RepositoryUrl: 'https://github.com/a/b.git' } }), part: 'NameContains', ...times, modified, orders: ['LastModifiedTime'] },
    { list: 'CompilationJobs', member: 'CompilationJobSummaries', name: 'CompilationJobName', made: make('CreateCompilationJob', 'CompilationJobName', { RoleArn: ROLE, OutputConfig: { S3OutputLocation: 's3://b/out', TargetDevice: 'ml_m5' }, StoppingCondition: { MaxRuntimeInSeconds: 900 } }), part: 'NameContains', ...times, modified, status: ['StatusEquals', 'FAILED'], orders: ['Status'] },
    { list: 'DeviceFleets', member: 'DeviceFleetSummaries', name: 'DeviceFleetName', made: make('CreateDeviceFleet', 'DeviceFleetName', { OutputConfig: { S3OutputLocation: 's3://b/e' } }), part: 'NameContains', ...times, modified, byName: 'NAME', byTime: 'CREATION_TIME', orders: ['LAST_MODIFIED_TIME'] },
    { list: 'Devices', member: 'DeviceSummaries', name: 'DeviceName', within: () => ({ DeviceFleetName: 'b-two' }), made: (name) => send('RegisterDevices', { DeviceFleetName: 'b-two', Devices: [{ DeviceName: name }] }), byName: null },
    { list: 'Domains', member: 'Domains', name: 'DomainName', made: async (name) => { state.domain = (await send('CreateDomain', { DomainName: name, AuthMode: 'IAM', DefaultUserSettings: { ExecutionRole: ROLE } })).DomainId; }, byName: null },
    { list: 'UserProfiles', member: 'UserProfiles', name: 'UserProfileName', made: (name) => send('CreateUserProfile', { ...studio(), UserProfileName: name }), part: 'UserProfileNameContains', byTime: 'CreationTime', byName: null, orders: ['LastModifiedTime'], others: [['DomainIdEquals', 'd-none0000000', 0]] },
    { list: 'Spaces', member: 'Spaces', name: 'SpaceName', made: (name) => send('CreateSpace', { ...studio(), SpaceName: name }), part: 'SpaceNameContains', byTime: 'CreationTime', byName: null, orders: ['LastModifiedTime'], others: [['DomainIdEquals', 'd-none0000000', 0]] },
    { list: 'Apps', member: 'Apps', name: 'AppName', made: (name) => send('CreateApp', { ...studio(), SpaceName: 'b-two', AppType: 'JupyterLab', AppName: name }), byTime: 'CreationTime', byName: null, others: [['UserProfileNameEquals', 'b-two', 0], ['SpaceNameEquals', 'b-two', 3]] },
    { list: 'EdgePackagingJobs', member: 'EdgePackagingJobSummaries', name: 'EdgePackagingJobName', made: async (name) => {
        await until(async () => (await send('DescribeCompilationJob', { CompilationJobName: 'a-one' })).CompilationJobStatus === 'COMPLETED', { what: 'a compiled model' });
        await send('CreateEdgePackagingJob', { EdgePackagingJobName: name, CompilationJobName: 'a-one', ModelName: `m-${name}`, ModelVersion: '1', RoleArn: ROLE, OutputConfig: { S3OutputLocation: 's3://b/e' } });
    }, part: 'NameContains', ...times, modified, byName: 'NAME', byTime: 'CREATION_TIME', orders: ['MODEL_NAME', 'STATUS'], status: ['StatusEquals', 'FAILED'], others: [['ModelNameContains', 'b-two', 1]] },
    { list: 'Hubs', member: 'HubSummaries', name: 'HubName', made: make('CreateHub', 'HubName', { HubDescription: 'd' }), part: 'NameContains', ...times, modified, byName: 'HubName', orders: ['HubStatus'] },
    { list: 'Images', member: 'Images', name: 'ImageName', made: make('CreateImage', 'ImageName', { RoleArn: ROLE }), part: 'NameContains', ...times, modified, byName: 'IMAGE_NAME', byTime: 'CREATION_TIME', orders: ['LAST_MODIFIED_TIME'], upper: true },
    { list: 'ImageVersions', member: 'ImageVersions', name: 'ImageVersionArn', within: () => ({ ImageName: 'b-two' }), made: async (name) => {
        await until(async () => (await send('DescribeImage', { ImageName: 'b-two' })).ImageStatus === 'CREATED', { what: 'an image' });
        await send('CreateImageVersion', { ImageName: 'b-two', BaseImage: IMAGE, ClientToken: name, Aliases: [name] });
    }, ...times, modified, byTime: 'CREATION_TIME', byName: null, orders: ['VERSION', 'LAST_MODIFIED_TIME'], upper: true, sorted: (arn) => arn.at(-1), names: ['1', '2', '3'] },
    { list: 'Aliases', member: 'SageMakerImageVersionAliases', within: () => ({ ImageName: 'b-two' }), sorted: (alias) => alias, others: [['Alias', 'b-two', 1], ['Version', 2, 1]] },
    { list: 'InferenceComponents', member: 'InferenceComponents', name: 'InferenceComponentName', made: async (name) => {
        await send('CreateEndpointConfig', { EndpointConfigName: `parts-${name}`, ExecutionRoleArn: ROLE, ProductionVariants: [{ VariantName: 'all', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }] });
        await send('CreateEndpoint', { EndpointName: `parts-${name}`, EndpointConfigName: `parts-${name}` });
        await send('CreateInferenceComponent', { InferenceComponentName: name, EndpointName: `parts-${name}`, VariantName: 'all', Specification: { Container: { Image: IMAGE }, ComputeResourceRequirements: { MinMemoryRequiredInMb: 128 } }, RuntimeConfig: { CopyCount: 1 } });
    }, part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Failed'], others: [['EndpointNameEquals', 'parts-b-two', 1], ['VariantNameEquals', 'none', 0]] },
    { list: 'MlflowTrackingServers', member: 'TrackingServerSummaries', name: 'TrackingServerName', made: make('CreateMlflowTrackingServer', 'TrackingServerName', { ArtifactStoreUri: 's3://b/m', RoleArn: ROLE }), ...createds, orders: ['Status'], status: ['TrackingServerStatus', 'Stopped'], others: [['MlflowVersion', '1.0', 0]] },
    { list: 'ModelCards', member: 'ModelCardSummaries', name: 'ModelCardName', made: make('CreateModelCard', 'ModelCardName', { Content: card, ModelCardStatus: 'Draft' }), part: 'NameContains', ...times, status: ['ModelCardStatus', 'Approved'] },
    { list: 'ModelCardExportJobs', member: 'ModelCardExportJobSummaries', name: 'ModelCardExportJobName', within: () => ({ ModelCardName: 'b-two' }), made: make('CreateModelCardExportJob', 'ModelCardExportJobName', { ModelCardName: 'b-two', OutputConfig: { S3OutputPath: 's3://b/c' } }), part: 'ModelCardExportJobNameContains', ...times, orders: ['Status'], status: ['StatusEquals', 'Failed'], others: [['ModelCardVersion', 1, 3], ['ModelCardVersion', 2, 0]] },
    { list: 'ModelCardVersions', member: 'ModelCardVersionSummaryList', name: 'ModelCardVersion', within: () => ({ ModelCardName: 'c-three' }), made: (name) => name !== 'a-one' && send('UpdateModelCard', { ModelCardName: 'c-three', Content: card }), ...times, byTime: null, byName: 'Version', sorted: String, names: ['1', '2', '3'], status: ['ModelCardStatus', 'Approved'] },
    { list: 'NotebookInstanceLifecycleConfigs', member: 'NotebookInstanceLifecycleConfigs', name: 'NotebookInstanceLifecycleConfigName', made: make('CreateNotebookInstanceLifecycleConfig', 'NotebookInstanceLifecycleConfigName'), part: 'NameContains', ...times, modified, orders: ['LastModifiedTime'] },
    { list: 'NotebookInstances', member: 'NotebookInstances', name: 'NotebookInstanceName', made: make('CreateNotebookInstance', 'NotebookInstanceName', (name) => ({ RoleArn: ROLE, InstanceType: 'ml.t3.medium', LifecycleConfigName: name, AdditionalCodeRepositories: [name] })), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Failed'], others: [['NotebookInstanceLifecycleConfigNameContains', 'b-two', 1], ['AdditionalCodeRepositoryEquals', 'b-two', 1], ['DefaultCodeRepositoryContains', 'b', 0]] },
    { list: 'OptimizationJobs', member: 'OptimizationJobSummaries', name: 'OptimizationJobName', made: make('CreateOptimizationJob', 'OptimizationJobName', { RoleArn: ROLE, ModelSource: { S3: { S3Uri: 's3://b/m' } }, DeploymentInstanceType: 'ml.g5.xlarge', OptimizationConfigs: [{ ModelQuantizationConfig: {} }], OutputConfig: { S3OutputLocation: 's3://b/o' }, StoppingCondition: { MaxRuntimeInSeconds: 900 } }), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'FAILED'], others: [['OptimizationContains', 'Quantization', 3], ['OptimizationContains', 'Sharding', 0]] },
    { list: 'Projects', member: 'ProjectSummaryList', name: 'ProjectName', made: make('CreateProject', 'ProjectName', { ServiceCatalogProvisioningDetails: { ProductId: 'prod-1' } }), part: 'NameContains', ...times },
    { list: 'StudioLifecycleConfigs', member: 'StudioLifecycleConfigs', name: 'StudioLifecycleConfigName', made: make('CreateStudioLifecycleConfig', 'StudioLifecycleConfigName', { StudioLifecycleConfigContent: 'ZQ==', StudioLifecycleConfigAppType: 'JupyterLab' }), part: 'NameContains', ...times, modified: ['ModifiedTimeAfter', 'ModifiedTimeBefore'], orders: ['LastModifiedTime'], others: [['AppTypeEquals', 'JupyterLab', 3], ['AppTypeEquals', 'CodeEditor', 0]] },
    { list: 'Workteams', member: 'Workteams', name: 'WorkteamName', made: make('CreateWorkteam', 'WorkteamName', { Description: 'd', MemberDefinitions: [{ CognitoMemberDefinition: { UserPool: 'us-east-1_a', UserGroup: 'g', ClientId: 'c' } }] }), part: 'NameContains', byTime: 'CreateDate' },
    { list: 'ClusterNodes', member: 'ClusterNodeSummaries', within: () => ({ ClusterName: 'b-two' }), sorted: (node) => node.InstanceId, single: true },
    { list: 'ClusterSchedulerConfigs', member: 'ClusterSchedulerConfigSummaries', name: 'Name', made: make('CreateClusterSchedulerConfig', 'Name', async () => ({})), prepare: async () => { state.cluster = (await send('DescribeCluster', { ClusterName: 'b-two' })).ClusterArn; }, part: 'NameContains', ...createds, orders: ['Status'], status: ['Status', 'Updated'] },
    { list: 'ComputeQuotas', member: 'ComputeQuotaSummaries', name: 'Name', part: 'NameContains', ...createds, orders: ['Status', 'ClusterArn'], status: ['Status', 'Updated'] },

    { list: 'Models', member: 'Models', name: 'ModelName', made: make('CreateModel', 'ModelName', { ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } }), part: 'NameContains', ...times },
    { list: 'EndpointConfigs', member: 'EndpointConfigs', name: 'EndpointConfigName', fresh: true, made: make('CreateEndpointConfig', 'EndpointConfigName', { ExecutionRoleArn: ROLE, ProductionVariants: [{ VariantName: 'all', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1 }] }), part: 'NameContains', ...times },
    { list: 'Endpoints', member: 'Endpoints', name: 'EndpointName', fresh: true, made: (name) => send('CreateEndpoint', { EndpointName: name, EndpointConfigName: name }), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Failed'] },
    { list: 'ModelPackageGroups', member: 'ModelPackageGroupSummaryList', name: 'ModelPackageGroupName', made: make('CreateModelPackageGroup', 'ModelPackageGroupName'), part: 'NameContains', ...times, others: [['CrossAccountFilterOption', 'CrossAccount', 0]] },
    { list: 'ModelPackages', member: 'ModelPackageSummaryList', name: 'ModelPackageArn', within: () => ({ ModelPackageGroupName: 'b-two' }), made: () => send('CreateModelPackage', { ModelPackageGroupName: 'b-two', InferenceSpecification: { Containers: [{ Image: IMAGE, ModelDataUrl: 's3://lists/m.tar.gz' }], SupportedContentTypes: ['text/csv'], SupportedResponseMIMETypes: ['text/csv'] } }), ...times, byName: 'Name', sorted: (arn) => arn.at(-1), names: ['1', '2', '3'], others: [['ModelApprovalStatus', 'Approved', 0], ['ModelApprovalStatus', 'PendingManualApproval', 3]] },
    { list: 'Pipelines', member: 'PipelineSummaries', name: 'PipelineName', made: make('CreatePipeline', 'PipelineName', (name) => ({ RoleArn: ROLE, PipelineDefinition: definition('one'), ClientRequestToken: `${name}-${name}-token-of-thirty-two-characters` })), part: 'PipelineNamePrefix', prefix: 'b', ...createds },
    { list: 'PipelineExecutions', member: 'PipelineExecutionSummaries', name: 'PipelineExecutionDisplayName', within: () => ({ PipelineName: 'b-two' }), made: (name) => send('StartPipelineExecution', { PipelineName: 'b-two', PipelineExecutionDisplayName: name, ClientRequestToken: `${name}-${name}-token-of-thirty-two-characters` }), ...createds, byName: null },
    { list: 'PipelineVersions', member: 'PipelineVersionSummaries', name: 'PipelineVersionId', within: () => ({ PipelineName: 'c-three' }), made: (name) => name !== 'a-one' && send('UpdatePipeline', { PipelineName: 'c-three', PipelineDefinition: definition(name) }), ...createds, byName: null, byTime: null, sorted: String, names: ['1', '2', '3'] },
    { list: 'Actions', member: 'ActionSummaries', name: 'ActionName', made: make('CreateAction', 'ActionName', (name) => ({ ActionType: name === 'b-two' ? 'Two' : 'Other', Source: { SourceUri: `s3://lists/${name}` } })), ...createds, others: [['ActionType', 'Two', 1], ['SourceUri', 's3://lists/b-two', 1]] },
    { list: 'Artifacts', member: 'ArtifactSummaries', name: 'ArtifactName', fresh: true, made: make('CreateArtifact', 'ArtifactName', (name) => ({ ArtifactType: name === 'b-two' ? 'Two' : 'Other', Source: { SourceUri: `s3://lists/${name}` } })), ...createds, byName: null, others: [['ArtifactType', 'Two', 1], ['SourceUri', 's3://lists/b-two', 1]] },
    { list: 'Contexts', member: 'ContextSummaries', name: 'ContextName', made: make('CreateContext', 'ContextName', (name) => ({ ContextType: name === 'b-two' ? 'Two' : 'Other', Source: { SourceUri: `s3://lists/${name}` } })), ...createds, others: [['ContextType', 'Two', 1], ['SourceUri', 's3://lists/b-two', 1]] },
    { list: 'Associations', member: 'AssociationSummaries', name: 'SourceName', made: (name) => send('AddAssociation', { SourceArn: `arn:aws:sagemaker:us-east-1:000000000000:action/${name}`, DestinationArn: 'arn:aws:sagemaker:us-east-1:000000000000:context/b-two', AssociationType: 'ContributedTo' }), ...createds, byName: 'SourceArn', orders: ['DestinationArn', 'SourceType', 'DestinationType'], others: [['SourceType', 'Two', 1], ['DestinationType', 'Two', 3], ['AssociationType', 'Produced', 0], ['SourceArn', 'arn:aws:sagemaker:us-east-1:000000000000:action/b-two', 1], ['DestinationArn', 'arn:aws:sagemaker:us-east-1:000000000000:context/b-two', 3]] },
    { list: 'TrialComponents', member: 'TrialComponentSummaries', name: 'TrialComponentName', made: make('CreateTrialComponent', 'TrialComponentName'), ...createds },
    { list: 'TrainingJobs', member: 'TrainingJobSummaries', name: 'TrainingJobName', made: make('CreateTrainingJob', 'TrainingJobName', job), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Stopped'], others: [['WarmPoolStatusEquals', 'Available', 0]] },
    { list: 'HyperParameterTuningJobs', member: 'HyperParameterTuningJobSummaries', name: 'HyperParameterTuningJobName', made: make('CreateHyperParameterTuningJob', 'HyperParameterTuningJobName', {
        HyperParameterTuningJobConfig: { Strategy: 'Random', ResourceLimits: { MaxParallelTrainingJobs: 1, MaxNumberOfTrainingJobs: 1 }, HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'train:rmse' }, ParameterRanges: { ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.1', MaxValue: '0.5' }] } },
        TrainingJobDefinition: { ...job, HyperParameters: undefined, StaticHyperParameters: { num_round: '2' } },
    }), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Stopped'] },
    { list: 'ProcessingJobs', member: 'ProcessingJobSummaries', name: 'ProcessingJobName', made: make('CreateProcessingJob', 'ProcessingJobName', { RoleArn: ROLE, AppSpecification: { ImageUri: IMAGE }, ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 5 } } }), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Stopped'] },
    { list: 'TransformJobs', member: 'TransformJobSummaries', name: 'TransformJobName', made: make('CreateTransformJob', 'TransformJobName', { ModelName: 'b-two', TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://lists/train' } }, ContentType: 'text/csv' }, TransformOutput: { S3OutputPath: 's3://lists/out' }, TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 } }), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Stopped'] },
    { list: 'Experiments', member: 'ExperimentSummaries', name: 'ExperimentName', made: make('CreateExperiment', 'ExperimentName'), ...createds },
    { list: 'Trials', member: 'TrialSummaries', name: 'TrialName', made: (name) => send('CreateTrial', { ExperimentName: name === 'b-two' ? 'b-two' : 'a-one', TrialName: name }), ...createds, others: [['ExperimentName', 'b-two', 1]] },
    { list: 'FeatureGroups', member: 'FeatureGroupSummaries', name: 'FeatureGroupName', made: make('CreateFeatureGroup', 'FeatureGroupName', { RecordIdentifierFeatureName: 'id', EventTimeFeatureName: 'at', OnlineStoreConfig: { EnableOnlineStore: true }, FeatureDefinitions: [{ FeatureName: 'id', FeatureType: 'String' }, { FeatureName: 'at', FeatureType: 'String' }] }), part: 'NameContains', ...times, orders: ['FeatureGroupStatus', 'OfflineStoreStatus'], status: ['FeatureGroupStatusEquals', 'CreateFailed'] },
    ...['DataQuality', 'ModelBias', 'ModelExplainability', 'ModelQuality'].map((kind) => ({ list: `${kind}JobDefinitions`, member: 'JobDefinitionSummaries', name: 'MonitoringJobDefinitionName', made: (name) => send(`Create${kind}JobDefinition`, {
        JobDefinitionName: name, RoleArn: ROLE, JobResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 5 } },
        [`${kind}JobOutputConfig`]: { MonitoringOutputs: [{ S3Output: { S3Uri: 's3://lists/out', LocalPath: '/opt/ml/processing/output' } }] },
        [`${kind}AppSpecification`]: { ImageUri: IMAGE, ...(/Bias|Expl/.test(kind) && { ConfigUri: 's3://lists/c.json' }), ...(kind === 'ModelQuality' && { ProblemType: 'Regression' }) },
        [`${kind}JobInput`]: { EndpointInput: { EndpointName: 'b-two', LocalPath: '/opt/ml/processing/input/endpoint' }, ...(/Bias|ModelQuality/.test(kind) && { GroundTruthS3Input: { S3Uri: 's3://lists/truth' } }) },
    }), part: 'NameContains', ...times, others: [['EndpointName', 'b-two', 3], ['EndpointName', 'none', 0]] })),
    { list: 'MonitoringSchedules', member: 'MonitoringScheduleSummaries', name: 'MonitoringScheduleName', made: make('CreateMonitoringSchedule', 'MonitoringScheduleName', (name) => ({ MonitoringScheduleConfig: { ScheduleConfig: { ScheduleExpression: 'cron(0 * ? * * *)' }, MonitoringJobDefinitionName: name, MonitoringType: 'DataQuality' } })), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Stopped'], others: [['MonitoringTypeEquals', 'ModelBias', 0], ['MonitoringJobDefinitionName', 'b-two', 1]] },
    { list: 'MonitoringAlerts', member: 'MonitoringAlertSummaries', within: () => ({ MonitoringScheduleName: 'b-two' }), sorted: (alert) => alert.MonitoringAlertName, single: true },
    { list: 'AutoMLJobs', member: 'AutoMLJobSummaries', name: 'AutoMLJobName', made: make('CreateAutoMLJobV2', 'AutoMLJobName', { RoleArn: ROLE, AutoMLJobInputDataConfig: [{ ChannelType: 'training', ContentType: 'text/csv;header=present', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://lists/train' } } }], OutputDataConfig: { S3OutputPath: 's3://lists/out' }, AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: '1' } } }), part: 'NameContains', ...times, modified, orders: ['Status'], status: ['StatusEquals', 'Stopped'] },
];
// Shown elsewhere, or with at most one resource: a workforce is the only one, tags have one page, executions, steps, candidates and tuning jobs' trainings are tested with what makes them.
const elsewhere = ['CandidatesForAutoMLJob', 'LineageGroups', 'MonitoringAlertHistory', 'MonitoringExecutions', 'Workforces', 'Tags', 'PipelineExecutionSteps', 'PipelineParametersForExecution', 'TrainingJobsForHyperParameterTuningJob'];
for (const [list, operation, more] of [['ClusterSchedulerConfigs', 'CreateClusterSchedulerConfig', { SchedulerConfig: { PriorityClasses: [{ Name: 'p', Weight: 1 }] } }], ['ComputeQuotas', 'CreateComputeQuota', { ComputeQuotaConfig: {}, ComputeQuotaTarget: { TeamName: 'red' } }]])
    lists.find((row) => row.list === list).made = async (name) => send(operation, { Name: name, ClusterArn: state.cluster, ...more });

before(async () => {
    emulator = await start();
    sagemaker = new sdk.SageMakerClient(client(emulator));
    const s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'lists' }));
    await s3.send(new PutObjectCommand({ Bucket: 'lists', Key: 'train/data.csv', Body: '1,2\n2,3\n3,4\n' }));
});
after(() => emulator?.kill());

for (const row of lists) {
    const { list, member, name, made, within = () => ({}), part, created = [], modified: changed = [], orders = [], status, others = [], upper } = row;
    const byName = row.byName === undefined ? 'Name' : row.byName, byTime = row.byTime === undefined ? 'CreationTime' : row.byTime;
    const order = (word) => upper ? word.toUpperCase() : word;
    const known = row.names ?? ['a-one', 'b-two', 'c-three'];
    test(`List${list}`, async () => {
        await row.prepare?.();
        const instants = [];
        if (made)
            for (const one of ['a-one', 'b-two', 'c-three']) {
                await made(one);
                instants.push(new Date());
                await sleep(5);
            }
        const show = (one) => row.sorted ? row.sorted(name ? one[name] : one) : one[name];
        const ask = async (more = {}) => (await send(`List${list}`, { ...within(), ...more }))[member].map(show).filter((one) => !one?.startsWith?.('parts-'));
        const sorted = async (more) => (await ask({ MaxResults: 100, ...more })).filter((one) => known.includes(one));
        const all = await ask({ MaxResults: 100 });
        if (row.single) assert.equal(all.length, 1);
        else assert.deepEqual(all.slice().sort().filter((one) => known.includes(one)), known, 'all of them');

        // pages of one are the list, whatever the order; a token is good for its own list alone
        const pages = [];
        let token;
        do {
            const page = await send(`List${list}`, { ...within(), MaxResults: 1, NextToken: token });
            pages.push(...page[member].map(show));
            token = page.NextToken;
            assert.ok(pages.length < 100, 'pages without an end');
        } while (token);
        assert.deepEqual(pages.filter((one) => !one?.startsWith?.('parts-')), all, 'pages of one');
        await assert.rejects(send(`List${list}`, { ...within(), NextToken: 'bm90IG91cnM' }), { name: 'ValidationException' });

        if (part) assert.deepEqual(await sorted({ [part]: row.prefix ?? 'tw' }), ['b-two'], part);
        if (name && byName) {
            assert.deepEqual(await sorted({ SortBy: byName, SortOrder: order('Ascending') }), known, 'by name');
            assert.deepEqual(await sorted({ SortBy: byName, SortOrder: order('Descending') }), known.toReversed(), 'by name, backwards');
        }
        if (name && byTime && made && (byName || part || created.length)) {
            assert.deepEqual(await sorted({ SortBy: byTime, SortOrder: order('Ascending') }), known, 'by time');
            assert.deepEqual(await sorted({ SortBy: byTime, SortOrder: order('Descending') }), known.toReversed(), 'by time, backwards');
        }
        for (const by of orders) assert.equal((await sorted({ SortBy: by, SortOrder: order('Ascending') })).length, 3, by);
        if (created.length) {
            assert.equal((await sorted({ [created[0]]: new Date(Date.now() + 3600e3) })).length, 0, created[0]);
            assert.equal((await sorted({ [created[0]]: new Date(instants[0] - 3600e3), [created[1]]: new Date(Date.now() + 3600e3) })).length, 3, created[1]);
            assert.equal((await sorted({ [created[1]]: new Date(instants[0] - 3600e3) })).length, 0, created[1]);
        }
        if (changed.length) {
            assert.equal((await sorted({ [changed[0]]: new Date(Date.now() + 3600e3) })).length, 0, changed[0]);
            assert.equal((await sorted({ [changed[1]]: new Date(instants[0] - 3600e3) })).length, 0, changed[1]);
        }
        if (status) assert.deepEqual(await sorted({ [status[0]]: status[1] }), [], status[0]);
        for (const [filter, value, count] of others) assert.equal((await ask({ [filter]: value, MaxResults: 100 })).length, count, `${filter} ${value}`);
    });
}

test('Every list that is served stands in the table', async () => {
    const tested = new Set([...lists.map((row) => row.list), ...elsewhere]);
    for (const command of Object.keys(sdk).filter((one) => /^List\w+Command$/.test(one))) {
        const list = command.slice(4, -7);
        if (tested.has(list)) continue;
        const lacks = await sagemaker.send(new sdk[command]({})).then(() => 'it answers', (error) => error.name);
        assert.ok(['NotImplemented', 'UnknownOperationException', 'ValidationException'].includes(lacks), `${command}: ${lacks}`);
    }
});
